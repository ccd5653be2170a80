"""What programs use of ``rag``, and where it is: loaded when it is first asked for."""

from .answerer import Answerer as Answerer
from .drafts import ChatMessage as ChatMessage, LanguageModel as LanguageModel
from .errors import (
    BadQuestion as BadQuestion,
    BadText as BadText,
    GenerationFailed as GenerationFailed,
    ModelUnusable as ModelUnusable,
    RagError as RagError,
)
from .events import (
    ClaimStreamed as ClaimStreamed,
    Done as Done,
    Event as Event,
    PassagesFound as PassagesFound,
    VerdictStreamed as VerdictStreamed,
)
from .question.followup import Turn as Turn
from .types import (
    Abstention as Abstention,
    AbstentionReason as AbstentionReason,
    Answer as Answer,
    Claim as Claim,
    Label as Label,
    Note as Note,
    NoteKind as NoteKind,
    Verdict as Verdict,
    Withheld as Withheld,
)
from .verification.checker import (
    CheckedClaim as CheckedClaim,
    CitedFact as CitedFact,
    GivenFact as GivenFact,
    TextChecker as TextChecker,
    TextReport as TextReport,
)
from .verification.classifier import (
    ClassifierVerifier as ClassifierVerifier,
    EntailmentClassifier as EntailmentClassifier,
)
from .verification.mechanical import MechanicalVerifier as MechanicalVerifier
from .verification.verifier import Check as Check, Verifier as Verifier
from .writing.models.endpoint import EndpointModel as EndpointModel
from .writing.models.transformers_model import TransformersModel as TransformersModel
