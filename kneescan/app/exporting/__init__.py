"""Exporting: what leaves the app as files: tables, packages without faces, FHIR."""
