SELECT parent.place, newest.id, newest.report_date, newest.workload_feeling, newest.work_type,
    newest.feeling_during_work, newest.biggest_win, newest.what_completed, newest.had_daily_sync
FROM unnest($1::uuid[]) WITH ORDINALITY parent (id, place)
CROSS JOIN LATERAL (
    SELECT * FROM end_of_day_reports WHERE pairing_id = parent.id
    ORDER BY report_date DESC, id DESC LIMIT $2
) newest
