"""The schema of what goes out, made from the plain data itself.

Pydantic takes dataclasses as they are, but it has no description for their fields, which must not
know pydantic, and no place for the permalink of a citation. So a model is made of each: called
after it, with its docstring and its fields, all of which are always there. What a field holds
stands as plain text in its annotation, ``Annotated[int, "From 1."]``: once, beside the field.
Any text may be a message: it goes out in the reader's language.
"""

from __future__ import annotations

from dataclasses import is_dataclass
from functools import cache
from inspect import getdoc
from types import UnionType
from typing import Annotated, Any, ForwardRef, Literal, Union, get_args, get_origin

from pydantic import BaseModel, BeforeValidator, Field, computed_field, create_model

from api.evaluations.states import EvalProgress
from api.language import here
from api.schemas.plain import permalink, plain, published
from corpus.messages.message import Message
from corpus.types import Citation
from eval.runs.labels import GivenLabel

# Models are called CitationOut after Citation; by their first name where the class has another.
NAMES = {EvalProgress: "EvalOut", GivenLabel: "LabelOut"}


class Linked(BaseModel):
    """A citation, with the one thing that is added to the data."""

    id: str

    @computed_field(description="Address of this citation on this server.")  # type: ignore[prop-decorator]
    @property
    def permalink(self) -> str:
        """Where the page shows this citation."""
        return permalink(self.id)


class ProblemOut(BaseModel):
    """RFC 9457 problem details. ``type`` is stable; more extension members may follow."""

    type: str
    title: str
    status: int
    detail: str
    instance: str | None = None
    code: Annotated[
        str | None, Field(description="Which detail it is, the same in every language.")
    ] = None
    fields: Annotated[
        dict[str, Any] | None, Field(description="What the detail is filled with.")
    ] = None


@cache
def out(source: type) -> type[BaseModel]:
    """Return the model of a dataclass."""
    found: dict[str, Any] = {
        name: (_outgoing(hint, source), ...) for name, hint in published(source).items()
    }
    base = Linked if source is Citation else BaseModel
    return create_model(_name(source), __base__=base, __doc__=getdoc(source), **found)


def _name(source: type) -> str:
    return NAMES.get(source, f"{source.__name__.removesuffix('Out')}Out")


def _said(value: object) -> object:
    return here(value) if isinstance(value, Message) else value


def _outgoing(hint: Any, within: type) -> Any:  # noqa: ANN401 - any annotation
    """Return a field's type with models for dataclasses, and its text as the description."""
    if hint is within:  # a citation has citations
        return ForwardRef(_name(within))
    if is_dataclass(hint):
        return out(hint)  # type: ignore[arg-type]
    origin, parts = get_origin(hint), get_args(hint)
    if hint is str:
        return Annotated[str, BeforeValidator(_said)]
    if hint is Any:
        return Annotated[Any, BeforeValidator(plain)]
    if origin is None or origin is Literal:
        return hint
    if origin is Annotated:
        texts = (Field(description=each) for each in parts[1:])
        return Annotated[(_outgoing(parts[0], within), *texts)]
    inner = tuple(_outgoing(each, within) for each in parts)
    return Union[inner] if origin in (Union, UnionType) else origin[inner]  # noqa: UP007
