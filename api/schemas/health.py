"""The state of the process as JSON."""

from pydantic import BaseModel, ConfigDict


class HealthOut(BaseModel):
    """That the process answers."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"status": "ok"}]})

    status: str = "ok"


class CheckOut(BaseModel):
    """One part of the installation; `reason` says what is wrong, or is empty."""

    ok: bool
    reason: str = ""


class ReadinessOut(BaseModel):
    """Whether requests can be served: all parts are ok."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "ready": True,
                    "checks": {
                        "database": {"ok": True, "reason": ""},
                        "stores": {"ok": True, "reason": ""},
                        "model": {"ok": True, "reason": ""},
                        "worker": {"ok": True, "reason": ""},
                        "knowledge": {"ok": True, "reason": ""},
                    },
                }
            ]
        }
    )

    ready: bool
    checks: dict[str, CheckOut]
