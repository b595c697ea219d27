"""Settings of the API: Django REST framework, and the schema that drf-spectacular writes."""

from typing import Any

# What every view of ours takes stands in support.api.resource; these close whatever else there is.
REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAdminUser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_METADATA_CLASS": None,
    "DEFAULT_SCHEMA_CLASS": "support.api.schema.Described",
    "EXCEPTION_HANDLER": "support.api.problems.answered",
}
SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "Werkdag",
    "DESCRIPTION": (
        "Reports, conversations and promises. Every request carries a token: "
        "`Authorization: Bearer wd_…`. Texts come in Dutch, or in English with "
        "`Accept-Language: en`. Every error is an `application/problem+json`."
    ),
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_AUTHENTICATION": [],
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "COMPONENT_SPLIT_REQUEST": True,
    "COMPONENT_NO_READ_ONLY_REQUIRED": False,
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "ENUM_NAME_OVERRIDES": {
        "TicketKind": "tickets.models.Kind",
        "TicketStatus": "tickets.models.Status",
        "TicketPriority": "tickets.models.Priority",
        "TicketChannel": "tickets.models.Channel",
        "MessageKind": "tickets.models.MessageKind",
        "ClockState": "sla.models.Clock.State",
        "EditionStage": "sla.models.Edition.Stage",
        "MaintenanceKind": "sla.models.Maintenance.Kind",
        "Promise": "sla.models.Target.Promise",
    },
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "support.api.schema.complete",
    ],
}
