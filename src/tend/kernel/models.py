"""Django finds the kernel's tables here; each lives in its own room."""

from tend.kernel.history import Change
from tend.kernel.limits import Tries
from tend.kernel.operations import Operation
from tend.kernel.organisation import Organisation
from tend.kernel.traits.characteristics import CharacteristicDefinition
from tend.kernel.traits.tags import Tag

__all__ = ["Change", "CharacteristicDefinition", "Operation", "Organisation", "Tag", "Tries"]
