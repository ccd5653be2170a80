"""Words recognised from the picture of a page, on this machine: RapidOCR with PP-OCR models.

An extra: without ``rapidocr`` installed nothing here is used. Its wheel carries the models; they
are named to it by path, so that nothing is ever fetched. No picture leaves this process.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corpus.errors import UnreadableSource
from corpus.messages.message import Message

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from rapidocr import RapidOCR

# Below this a recognised line is noise: seals, stains, rules. RapidOCR's own default.
LEAST_CONFIDENCE = 0.5
# Below this a line is kept and counted as doubtful; clean print reaches 0.95 and more.
DOUBTFUL = 0.85
_THREADS = 2  # two cores are what this program is made for
_LONGEST_SIDE = 3600  # pixels; the default of 2000 would shrink an A4 page of 200 dpi


@dataclass(frozen=True, slots=True)
class RecognisedLine:
    """A line of print found in a picture; pixels from its upper left corner."""

    text: str
    left: float
    top: float
    right: float
    bottom: float
    confidence: float  # 0 to 1


def is_installed() -> bool:
    """Whether the extra ``judian[ocr]`` is there."""
    return find_spec("rapidocr") is not None and find_spec("cv2") is not None


def recognise(picture: NDArray[Any]) -> list[RecognisedLine]:
    """Return the lines of a picture, (height, width, 3) uint8 in blue, green, red.

    Lines come in no order that counts; those below `LEAST_CONFIDENCE` come too.
    """
    from rapidocr.utils.output import RapidOCROutput

    found = _engine()(picture, text_score=0.0)
    if not isinstance(found, RapidOCROutput):  # it has other answers for other orders
        raise TypeError(f"rapidocr gave {type(found).__name__}")
    if found.boxes is None or found.txts is None or found.scores is None:
        return []
    lines: list[RecognisedLine] = []
    for box, text, score in zip(found.boxes, found.txts, found.scores, strict=True):
        if text.strip():
            xs, ys = box[:, 0], box[:, 1]
            edges = float(xs.min()), float(ys.min()), float(xs.max()), float(ys.max())
            lines.append(RecognisedLine(text.strip(), *edges, float(score)))
    return lines


@cache
def _engine() -> RapidOCR:
    """Build the recogniser once in a process: its models take a second to load."""
    import rapidocr

    models = Path(rapidocr.__file__).parent / "models"
    logging.getLogger("RapidOCR").setLevel(logging.ERROR)
    return rapidocr.RapidOCR(
        params={
            "Global.log_level": "error",
            "Global.max_side_len": _LONGEST_SIDE,
            "Global.text_score": 0.0,
            "Det.model_path": str(_model(models, "det")),
            "Cls.model_path": str(_model(models, "cls")),
            "Rec.model_path": str(_model(models, "rec")),
            "EngineConfig.onnxruntime.intra_op_num_threads": _THREADS,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
        }
    )


def _model(folder: Path, task: str) -> Path:
    """Return the model of a task that the wheel carries."""
    found = sorted(folder.glob(f"*_{task}_*.onnx"))
    if not found:
        raise UnreadableSource(Message("reader.ocr_model", task=task))
    return found[0]
