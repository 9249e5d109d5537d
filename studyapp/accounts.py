"""How accounts behave where the defaults of allauth do not fit."""

import logging
from smtplib import SMTPException
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib import messages
from django.utils.translation import gettext as _

logger = logging.getLogger(__name__)


class AccountAdapter(DefaultAccountAdapter):
    """Keeps a mail server that is down from turning a sign-up that succeeded into an error page."""

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        try:
            super().send_mail(template_prefix, email, context)
        except (OSError, SMTPException):
            logger.exception("Mail %s could not be sent", template_prefix)
            if self.request is not None and hasattr(self.request, "_messages"):
                messages.error(
                    self.request,
                    _("The e-mail could not be sent just now. Please try again in a few minutes."),
                )
