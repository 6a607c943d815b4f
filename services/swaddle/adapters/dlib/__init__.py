"""dlib."""
