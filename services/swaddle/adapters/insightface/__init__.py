"""InsightFace's own package and packs of models, for those who accept their licence."""
