"""The page that people read: one HTML file, complete in itself."""
