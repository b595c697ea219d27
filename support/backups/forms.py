"""The form of a backup: of which service, where it goes, how often."""

from __future__ import annotations

from django import forms

from sla.models import BackupJob


class BackupForm(forms.ModelForm):
    """A backup that calls us."""

    class Meta:
        model = BackupJob
        fields = ("service", "name", "destination", "every_hours", "grace_minutes", "keep_days")
