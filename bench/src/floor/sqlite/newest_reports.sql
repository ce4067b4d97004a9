SELECT id, report_date, workload_feeling, work_type, feeling_during_work, biggest_win, what_completed,
    had_daily_sync
FROM end_of_day_reports WHERE pairing_id = ?1
ORDER BY report_date DESC, id DESC LIMIT ?2
