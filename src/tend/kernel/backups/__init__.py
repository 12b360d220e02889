"""Backups: database, files and key in one archive with a manifest of checksums, and the way back on an empty machine."""

from tend.kernel.backups.archive import Manifest
from tend.kernel.backups.making import make_backup
from tend.kernel.backups.restoring import read_backup, restore_backup

__all__ = ["Manifest", "make_backup", "read_backup", "restore_backup"]
