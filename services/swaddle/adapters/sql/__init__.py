"""A relational database, through SQLAlchemy Core."""
