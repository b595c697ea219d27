"""Views of the queue that people keep, and the columns they choose."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from support import access
from support.mail.counts import nav_counts
from support.queue import columns
from support.queue.filters import Choosing
from support.queue.listing import address_of
from support.queue.models import SavedView
from tickets.models import User

OWN, TEAM = "own", "team"


class SavedViewForm(forms.Form):
    """The name of a view, and whom it is for."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=60)
    whose = forms.ChoiceField(
        label=gettext_lazy("For"),
        choices=[(OWN, gettext_lazy("me")), (TEAM, gettext_lazy("my whole team"))],
        widget=forms.RadioSelect,
        initial=OWN,
    )

    def __init__(self, *args: object, user: User, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        if user.team is None:
            self.fields["whose"].widget = forms.HiddenInput()


@access.agents_only
def views(request: HttpRequest) -> HttpResponse:
    """What somebody and their team kept, to rename or take away; POST keeps another one."""
    user = access.signed_in(request)
    chosen = Choosing.of(QueryDict(request.GET.get("of", ""))).chosen
    form = SavedViewForm(request.POST or None, user=user, initial={"whose": OWN})
    if request.method == "POST" and form.is_valid():
        made = SavedView(owner=user, name=form.cleaned_data["name"], chosen=chosen)
        made.team = user.team if form.cleaned_data["whose"] == TEAM else None
        if _save_view(made, form):
            return redirect(address_of(made))
    context = {
        "form": form,
        "of": request.GET.get("of", ""),
        "chips": Choosing(chosen).chips(QueryDict()),
        "kept": [
            {"view": each, "url": address_of(each), "mine": _may_change(each, user)}
            for each in SavedView.objects.seen_by(user).select_related("team", "owner")
        ],
        "nav_counts": nav_counts(),
    }
    status = 422 if form.errors else 200
    return render(request, "workspace/saved_views.html", context, status=status)


@access.agents_only
@require_POST
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Rename a view or take it away: whoever made it, and for a team its lead."""
    user = access.signed_in(request)
    found = get_object_or_404(SavedView.objects.seen_by(user), pk=pk)
    if not _may_change(found, user):
        return HttpResponse(_("Only who made this view, or a lead, may change it."), status=403)
    if "delete" in request.POST:
        found.delete()
        messages.success(request, _("The view “%(name)s” is gone.") % {"name": found.name})
    else:
        form = SavedViewForm({"name": request.POST.get("name"), "whose": OWN}, user=user)
        if form.is_valid():
            found.name = form.cleaned_data["name"]
        if not form.is_valid() or not _save_view(found, form):
            for said in [*form.errors.get("name", []), *form.non_field_errors()]:
                messages.error(request, str(said))
    return redirect("saved-views")


@access.agents_only
@require_POST
def choose_columns(request: HttpRequest) -> HttpResponse:
    """Keep the columns somebody wants to see, and go on where they were."""
    columns.choose(access.signed_in(request), request.POST.getlist("column"))
    return redirect(f"{reverse('queue')}?{request.POST.get('of', '')}")


def _may_change(view: SavedView, user: User) -> bool:
    return view.owner_id == user.pk or user.is_lead


def _save_view(view: SavedView, form: forms.Form) -> bool:
    """Save it; a name that is taken is said at the form."""
    try:
        view.full_clean()
        with transaction.atomic():
            view.save()
    except forms.ValidationError as error:
        form.add_error(None, error.messages)
    except IntegrityError:  # somebody took the name in between
        form.add_error(None, _("This name is taken."))
    else:
        return True
    return False
