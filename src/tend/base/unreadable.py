"""The one refusal of this floor: a text that cannot be read, with a code and a sentence.

The sentence is an English source for gettext with named placeholders, marked by
`gettext_noop` so that the message extractor finds it; floors above translate it.
"""

from __future__ import annotations


def gettext_noop(text: str) -> str:
    """Mark a sentence for the message extractor and give it back unchanged."""
    return text


class Unreadable(ValueError):
    """A typed text that is not what it should be.

    `code` is stable and for machines, `sentence` is the untranslated English
    source, `params` fill its placeholders. `str()` gives the English text.
    """

    def __init__(self, code: str, sentence: str, **params: object) -> None:
        self.code = code
        self.sentence = sentence
        self.params = params
        super().__init__(sentence % params if params else sentence)
