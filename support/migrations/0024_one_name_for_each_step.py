"""Steps of macros and triggers go by the names of the desk's verbs."""

from django.db import migrations


def rename(apps, names):
    for model in ("Macro", "Trigger"):
        for rule in apps.get_model("support", model).objects.all():
            steps = [names(dict(step)) for step in rule.steps]
            if steps != rule.steps:
                rule.steps = steps
                rule.save(update_fields=["steps"])


def to_verbs(step):
    if step["verb"] == "unplan":
        return {"verb": "plan", "value": "none"}
    return step | {"verb": {"participant": "add_participant"}.get(step["verb"], step["verb"])}


def to_steps(step):
    if step["verb"] == "plan":
        return {"verb": "unplan"}
    return step | {"verb": {"add_participant": "participant"}.get(step["verb"], step["verb"])}


class Migration(migrations.Migration):
    dependencies = [("support", "0023_shared_by_scope")]
    operations = [
        migrations.RunPython(
            lambda apps, editor: rename(apps, to_verbs), lambda apps, editor: rename(apps, to_steps)
        )
    ]
