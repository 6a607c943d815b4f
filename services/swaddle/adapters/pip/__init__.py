"""pip, the installer of Python packages: it knows where the user's packages come from."""
