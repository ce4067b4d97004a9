SELECT id, report_date, workload_feeling, work_type, feeling_during_work, biggest_win, what_completed,
    pending_tasks, had_daily_sync
FROM end_of_day_reports
WHERE pairing_id = ?1 AND (report_date, id) < (coalesce(?2, '9999-12-31'), coalesce(?3, zeroblob(0)))
ORDER BY report_date DESC, id DESC LIMIT 31
