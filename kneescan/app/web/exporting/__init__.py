"""Addresses of downloads: reports, tables, packages without faces, FHIR."""
