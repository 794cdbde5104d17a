"""The cache of replies: what a language model once said to a request, as one file each.

Files appear complete or not at all, under a hash of the request, so several processes may share
the folder. Requests themselves are not kept.
"""

import hashlib
import json
from dataclasses import dataclass, replace
from pathlib import Path

from evaluation.disk_room import writing
from evaluation.files import read_json, write_json
from evaluation.language_models.base import Reply
from evaluation.models.folders import cache_folder

FORMAT = 1  # raise it when the same request would be asked in another way


@dataclass(frozen=True)
class Replies:
    """The replies of one model.

    Attributes:
        folder: of the files.
        model: what answered, as its revision says.
    """

    folder: Path
    model: str

    def find(self, *request: object) -> Reply | None:
        """Give the reply to a request, marked as cached; None if there is none."""
        try:
            held = read_json(self._place(request))
            return Reply(
                str(held["text"]),
                int(held["prompt_tokens"]),
                int(held["reply_tokens"]),
                True,
                float(held["seconds"]),
            )
        except (OSError, ValueError, LookupError, TypeError):
            return None  # not there, or damaged: it is asked again

    def keep(self, reply: Reply, *request: object) -> None:
        """Keep the reply to a request; one without a text is not kept, so it is asked again."""
        if reply.text:
            held = vars(replace(reply, cached=False)).copy()
            held.pop("cached")
            place = self._place(request)
            with writing("the reply of the language model", self.folder):
                place.parent.mkdir(parents=True, exist_ok=True)
                write_json(place, held)

    def _place(self, request: tuple[object, ...]) -> Path:
        text = json.dumps([FORMAT, self.model, *request])
        key = hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
        return self.folder / key[:2] / f"{key}.json"


def replies_of(model: str) -> Replies:
    """Open the cache of replies of a model, beside the models that were converted."""
    return Replies(cache_folder() / "replies", model)
