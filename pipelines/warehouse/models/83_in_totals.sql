-- One row per figure, quarter and district: numerator and denominator over the reporters that have both.
select figure, quarter_index, district_code, numerator, denominator, qualifier, estimate from measure_totals
union all
select figure, quarter_index, district_code, numerator, denominator, qualifier, estimate from composite_totals
union all
select figure, quarter_index, district_code, numerator, denominator, qualifier, estimate from referral_totals
