"""The API of the coordinator, for machines."""
