"""Events as they travel: the envelope around what happened."""
