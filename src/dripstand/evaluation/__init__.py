"""May this person be treated: the medical and psychiatric evaluation, the rules that speak up, the signed decision."""
