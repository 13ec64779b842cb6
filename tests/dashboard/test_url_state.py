"""What is written into the address of a page, whatever comes in between."""

from streamlit.testing.v1 import AppTest

from tests.dashboard.test_filters import link


def script() -> None:
    import streamlit as st

    from dashboard import url_state

    url_state.restore_selection("teams")
    for name, code in (("district", "004"), ("period", "2022-Q3")):
        st.button(name, key=name, on_click=url_state.write_codes, kwargs={name: code})


def chosen(*names: str) -> AppTest:
    page = AppTest.from_function(script).run()
    for name in names:
        page.button(key=name).click().run()
    return page


def test_one_choice_after_the_other_is_in_the_address() -> None:
    assert link(chosen("district", "period")) == {"district": "004", "period": "2022-Q3"}


def test_a_choice_made_before_the_browser_heard_of_the_one_before_it_is_added() -> None:
    page = chosen("district")
    page.query_params.clear()
    page.button(key="period").click().run()
    assert link(page) == {"district": "004", "period": "2022-Q3"}


def test_a_choice_that_comes_once_more_after_a_step_back_is_none() -> None:
    page = chosen("district")
    page.query_params.clear()
    page.button(key="district").click().run()
    assert link(page) == {}


def test_after_a_step_back_the_same_can_be_chosen_again() -> None:
    page = chosen("district")
    page.query_params.clear()
    page.run()
    page.button(key="district").click().run()
    assert link(page) == {"district": "004"}


def test_what_the_address_says_already_is_not_written_again() -> None:
    page = AppTest.from_function(script)
    page.query_params.update(period="2022-Y", district="004")
    page.run()
    page.button(key="district").click().run()
    assert list(link(page)) == ["period", "district"]
    page = AppTest.from_function(script)
    page.query_params.update(kpi="T06", period="2022-Q3")
    page.run()
    page.button(key="period").click().run()
    assert list(link(page)) == ["kpi", "period"]
