"""Every development clip, anonymized and measured."""
