"""The addresses of people: signing in, staff, the on-call, patients."""

from __future__ import annotations

from django.urls import path

from dripstand.people.views import account, links, on_call, own, patients, staff

app_name = "people"

urlpatterns = [
    path("sign-in/", account.sign_in, name="sign_in"),
    path("sign-out/", account.sign_out, name="sign_out"),
    path("lock/", account.lock_screen, name="lock"),
    path("unlock/", account.unlock, name="unlock"),
    path("account/", account.account, name="account"),
    path("staff/", staff.staff, name="staff"),
    path("staff/add/", staff.add_staff, name="add_staff"),
    path("staff/<uuid:staff_id>/", staff.member, name="member"),
    path("staff/<uuid:staff_id>/roles/", staff.set_roles, name="set_roles"),
    path("staff/<uuid:staff_id>/competencies/", staff.set_competencies, name="set_competencies"),
    path("staff/<uuid:staff_id>/deactivate/", staff.deactivate, name="deactivate"),
    path("staff/<uuid:staff_id>/reactivate/", staff.reactivate, name="reactivate"),
    path("staff/<uuid:staff_id>/password/", staff.set_password, name="set_password"),
    path("on-call/", on_call.on_call, name="on_call"),
    path("on-call/list/", on_call.set_list, name="on_call_list"),
    path("on-call/banner/", on_call.banner, name="on_call_banner"),
    path("on-call/<uuid:page_id>/see/", on_call.see, name="see_page"),
    path("patients/", patients.patients, name="patients"),
    path("patients/register/", patients.register_patient, name="register_patient"),
    path("patients/<uuid:patient_id>/", patients.patient, name="patient"),
    path("patients/<uuid:patient_id>/links/", links.links, name="links"),
    path("links/<uuid:link_id>/withdraw/", links.withdraw, name="withdraw_link"),
    path("l/closed/", links.goodbye, name="goodbye"),
    path("l/language/", links.language, name="language"),
    path("l/<str:token>/", links.door, name="link"),
    path("me/sign-in/", own.sign_in, name="own_sign_in"),
    path("me/account/", own.set_password, name="own_account"),
    path("me/home/", own.home, name="own_home"),
    path("me/home/password/", own.change_password, name="own_password"),
    path("me/<str:purpose>/leave/", links.leave, name="leave_link"),
    path("patients/<uuid:patient_id>/amend/", patients.amend_patient, name="amend_patient"),
]
