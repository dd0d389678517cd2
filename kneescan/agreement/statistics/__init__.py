"""The statistics of repeated measurements, as functions of arrays.

In: values of shape (n_subjects, n_sessions). Out: ICC, SEM, MDC95, limits of agreement and, for two
sessions, whether a person has changed. Open `reliability` first.
"""
