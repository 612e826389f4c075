"""Lectures: uploads, renditions, protected streaming, what was watched."""
