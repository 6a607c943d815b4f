"""HTTP to receivers that strangers name: every connection is checked before it is made."""
