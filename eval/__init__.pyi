"""What programs use of ``eval``, and where it is: loaded when it is first asked for."""

from .comparison.comparing import (
    Comparison as Comparison,
    Difference as Difference,
    compare as compare,
)
from .comparison.gate import (
    Outcome as Outcome,
    Rules as Rules,
    gate as gate,
    read_rules as read_rules,
)
from .errors import (
    BadGate as BadGate,
    BadRun as BadRun,
    BadSet as BadSet,
    EvalError as EvalError,
    JudgeFailed as JudgeFailed,
    LibraryChanged as LibraryChanged,
    NoSuchRun as NoSuchRun,
    RunBusy as RunBusy,
    RunUnsaved as RunUnsaved,
)
from .importing.forms import import_set as import_set
from .judges import (
    ClassifierJudge as ClassifierJudge,
    Judge as Judge,
    MechanicalJudge as MechanicalJudge,
    ModelJudge as ModelJudge,
)
from .reports.files import write_report as write_report
from .runs.one_question import Asking as Asking
from .runs.run_list import RunStore as RunStore
from .runs.runner import run as run, run_stored as run_stored
from .runs.summary import summary as summary
from .sets.question_sets import read_set as read_set
from .types import (
    EvalSet as EvalSet,
    Judgement as Judgement,
    Question as Question,
    Record as Record,
    Run as Run,
)
