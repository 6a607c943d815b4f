"""The wire form of the messages: generated code in `v1`, and the codec beside it."""
