"""The protocol: answers in, verdict out. Pure: the standard library, and a YAML reader in `loading`."""
