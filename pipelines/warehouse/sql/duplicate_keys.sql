-- One row per table that holds the same key twice, with the key's columns.
select 'in_facts' as name, 'measure, reporter_id, quarter_index' as key
where exists (
    select 1 from in_facts group by measure, reporter_id, quarter_index having count(*) > 1
)
union all
select 'in_returns', 'reporter_id, form, quarter_index'
where exists (
    select 1 from in_returns group by reporter_id, form, quarter_index having count(*) > 1
)
union all
select 'in_referrals', 'reporter_id, referral'
where exists (
    select 1 from in_referrals group by reporter_id, referral having count(*) > 1
)
union all
select 'in_places', 'place_id'
where exists (
    select 1 from in_places group by place_id having count(*) > 1
)
