"""What programs use of ``index``, and where it is: loaded when it is first asked for."""

from .adding import AddProgress as AddProgress
from .catalogue import FoundClause as FoundClause, Scope as Scope
from .embedders.base import Embedder as Embedder, Vectors as Vectors
from .embedders.select import open_embedder as open_embedder
from .errors import (
    BadVectors as BadVectors,
    EmbedderMismatch as EmbedderMismatch,
    IndexingError as IndexingError,
    IndexUnwritable as IndexUnwritable,
    ModelDamaged as ModelDamaged,
    ModelMissing as ModelMissing,
)
from .library import Library as Library
from .reranker import CrossEncoderReranker as CrossEncoderReranker, Reranker as Reranker
from .types import EmbedderIdentity as EmbedderIdentity, Hit as Hit
