"""What programs use of ``corpus``, and where it is: loaded when it is first asked for."""

from .errors import (
    BadAddress as BadAddress,
    BadFact as BadFact,
    BadFilter as BadFilter,
    CorpusError as CorpusError,
    LibraryBusy as LibraryBusy,
    StoreError as StoreError,
    UndecidedEncoding as UndecidedEncoding,
    UnknownCitation as UnknownCitation,
    UnknownDocument as UnknownDocument,
    UnreadableSource as UnreadableSource,
)
from .facts.filters import Condition as Condition, Filter as Filter, parse_where as parse_where
from .ingest import find_files as find_files
from .readers.plain import decode_clean as decode_clean
from .readers.reader import Format as Format, Limits as Limits, Reader as Reader
from .tracking.citation_styles import Forms as Forms, forms_of as forms_of
from .types import (
    AddOutcome as AddOutcome,
    AddState as AddState,
    Citation as Citation,
    CitationState as CitationState,
    CitedPlace as CitedPlace,
    DiffPart as DiffPart,
    Document as Document,
    DocumentFacts as DocumentFacts,
    DocumentSummary as DocumentSummary,
    Fact as Fact,
    Heading as Heading,
    Lapse as Lapse,
    LapseKind as LapseKind,
    Origin as Origin,
    Paragraph as Paragraph,
    Passage as Passage,
    Quarantined as Quarantined,
    ReadResult as ReadResult,
    Receipt as Receipt,
    SourceFile as SourceFile,
)
