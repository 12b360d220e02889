"""Reads the files that people really have: guess the dialect, stream the rows, keep them in canonical form.

Pure Python without Django. Workbooks are opened in a limited child process only.
"""
