"""Forms of a class."""

from gateway.texts import N_

FORMS = {"online": N_("线上"), "onsite": N_("面授"), "blended": N_("混合")}
