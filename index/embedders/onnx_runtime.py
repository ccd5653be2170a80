"""ONNX Runtime under the bundled model's graph."""

from __future__ import annotations

import os
from pathlib import Path

from corpus.messages.message import Message
from index.embedders.graph import Session
from index.errors import ModelDamaged, ModelMissing


def open_onnx_session(graph: Path) -> Session:
    """Open a graph, one thread a run, in some 40 ms. Raises ModelMissing, ModelDamaged."""
    # From 1.29 on ONNX Runtime sends telemetry to its maker unless this is set before it is loaded
    # (github.com/microsoft/onnxruntime/pull/27379). Nothing of an embedder leaves the machine.
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    try:
        import onnxruntime  # type: ignore[import-untyped]
        from onnxruntime.capi import (  # type: ignore[import-untyped]
            onnxruntime_pybind11_state as state,
        )
    except ImportError as error:
        raise ModelMissing(
            Message(
                "index.no_package",
                package="onnxruntime",
                error=str(error),
                wanted="'onnxruntime<1.29'",
            )
        ) from error
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1  # a worker each: more threads a run collapse under load
    options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.log_severity_level = 3  # errors
    refusals = (
        state.Fail,
        state.InvalidArgument,
        state.InvalidGraph,
        state.InvalidProtobuf,
        state.NoSuchFile,
        state.NotImplemented,
        state.RuntimeException,
    )
    try:
        session: Session = onnxruntime.InferenceSession(
            str(graph), options, providers=["CPUExecutionProvider"]
        )
    except refusals as error:
        raise ModelDamaged(
            Message("index.onnx_refused", version=onnxruntime.__version__, error=str(error))
        ) from error
    return session
