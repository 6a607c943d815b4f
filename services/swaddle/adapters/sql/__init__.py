"""A relational database through SQLAlchemy: SQLite on one machine."""
