/// The metrics: every name is here, and once there is a contract.
extension DaemonNumbers {
    package var families: [MetricFamily] {
        daemonFamilies + pollFamilies + deviceFamilies + snmpFamilies + storeFamilies
            + pictureFamilies + webFamilies + processFamilies
    }

    private var daemonFamilies: [MetricFamily] {
        let labels =
            [MetricFamily.Label("version", version)]
            + libraries.map { MetricFamily.Label($0.name, $0.version) }
        let always: [MetricFamily] = [
            MetricFamily(
                "pollerd_build_info", .gauge, "Versions of pollerd and its libraries; always 1.",
                samples: [.init(labels, .number(1))]),
            .gauge(
                "pollerd_uptime_seconds", unit: "seconds", uptimeSeconds,
                "How long pollerd has run."),
            .counter("pollerd_events", events.reported, "Events that were reported."),
            .counter(
                "pollerd_events_lost", events.lost, "Events that found no room and were not kept."),
        ]
        return always
            + known("pollerd_sessions", sessions, "Sessions of people who have logged in.")
    }

    private var pollFamilies: [MetricFamily] {
        let timing = summary.timing
        let always: [MetricFamily] = [
            .counter("pollerd_polls", summary.polls, "Polls of devices."),
            .counter(
                "pollerd_polls_failed", summary.failedPolls, "Polls that were not answered."),
            .counter(
                "pollerd_slots_missed", summary.missedSlots,
                "Slots in which a device was still busy, or that the poller was late for."),
            .gauge("pollerd_polls_under_way", summary.pollsUnderWay, "Polls that go on now."),
            MetricFamily(
                "pollerd_poll_duration_seconds", .histogram, unit: "seconds",
                "How long polls of devices took.", samples: [.init([], .durations(timing.polls))]),
            MetricFamily(
                "pollerd_poll_lateness_seconds", .histogram, unit: "seconds",
                "How long after their slots polls began.",
                samples: [.init([], .durations(timing.lateness))]),
            .gauge(
                "pollerd_poll_longest_seconds", unit: "seconds",
                timing.longestPollMilliseconds(at: at.monotonic) / 1_000,
                "The longest poll of the last one to two minutes."),
            .gauge(
                "pollerd_poll_latest_seconds", unit: "seconds",
                timing.longestLatenessMilliseconds(at: at.monotonic) / 1_000,
                "The latest beginning of a poll of the last one to two minutes."),
        ]
        let age = summary.lastTick.map {
            Double(max(0, at.monotonic.milliseconds - $0.milliseconds)) / 1_000
        }
        return always
            + known(
                "pollerd_poll_loop_age_seconds", unit: "seconds", age,
                "Since when the poll loop has not looked whose turn it is.")
    }

    private var deviceFamilies: [MetricFamily] {
        [
            .labelled(
                "pollerd_devices", .gauge, by: "state",
                DeviceStatus.State.allCases.map { ($0.rawValue, devices.states[$0] ?? 0) },
                "Devices by their state, without pollerd itself."),
            .labelled(
                "pollerd_devices_failing", .gauge, by: "reason",
                devices.reasons.sorted { $0.key < $1.key }.map { ($0.key, $0.value) },
                "Devices that fail, by the reason."),
            .gauge("pollerd_data_sources", dataSources, "Data sources."),
            .gauge("pollerd_graphs", graphs, "Graphs."),
        ].filter { !$0.samples.isEmpty }
    }

    private var snmpFamilies: [MetricFamily] {
        let snmp = summary.snmp
        return [
            .counter(
                "pollerd_snmp_requests", snmp.requests, "SNMP messages sent, repeated ones too."),
            .counter(
                "pollerd_snmp_retries", snmp.retransmissions,
                "SNMP messages that were sent again because no answer came in time."),
            .counter("pollerd_snmp_responses", snmp.answers, "SNMP answers to what was asked."),
            .counter(
                "pollerd_snmp_timeouts", snmp.timeouts,
                "SNMP messages whose time ran out, each attempt counted."),
            .counter(
                "pollerd_snmp_unmatched", snmp.unmatched,
                "SNMP answers that nobody waited for: late, doubled, or from elsewhere."),
            .counter(
                "pollerd_snmp_malformed", snmp.malformed, "Packets that were no SNMP messages."),
            .counter(
                "pollerd_snmp_kernel_drops", snmp.kernelDrops,
                "Answers that the kernel dropped because the receive buffer was full."),
            .counter(
                "pollerd_snmp_sent_bytes", unit: "bytes", snmp.bytesSent,
                "SNMP messages sent, in bytes."),
            .counter(
                "pollerd_snmp_received_bytes", unit: "bytes", snmp.bytesReceived,
                "Packets received on the sockets of SNMP, in bytes."),
            .gauge("pollerd_snmp_in_flight", snmp.underWay, "Exchanges with agents that go on."),
            .gauge(
                "pollerd_snmp_queue_length", snmp.waiting,
                "Exchanges that wait for their turn, because enough go on."),
            .gauge(
                "pollerd_snmp_window", snmp.window, "Exchanges that may go on at a time."),
        ]
    }

    private var storeFamilies: [MetricFamily] {
        let store = summary.store
        return [
            .counter(
                "pollerd_rows_accepted", store.rowsAccepted, "Rows that the journal has taken."),
            .counter("pollerd_rows_refused", store.rowsRefused, "Rows that were not taken."),
            .counter(
                "pollerd_rows_written", store.rowsWritten, "Rows that went into their files."),
            .counter(
                "pollerd_file_updates", store.writes, "Updates of files, of many rows each."),
            .gauge(
                "pollerd_rows_waiting", store.rowsWaiting,
                "Rows in the journal that are not in their files yet."),
            .gauge(
                "pollerd_rows_waiting_bytes", unit: "bytes", store.bytesWaiting,
                "What those take in memory."),
            .gauge(
                "pollerd_journal_bytes", unit: "bytes", store.journalBytes,
                "Size of the journal."),
            .gauge("pollerd_journal_segments", store.journalSegments, "Files of the journal."),
            .counter(
                "pollerd_journal_failures", store.journalFailures,
                "Times that the journal could not be written."),
            .gauge(
                "pollerd_files_in_trouble", store.filesInTrouble,
                "Files that cannot be written at present."),
            .gauge(
                "pollerd_files_quarantined", store.filesQuarantined,
                "Files that were moved away since the start because they were not sound."),
        ]
    }

    private var pictureFamilies: [MetricFamily] {
        let pictures = web.pictures
        return [
            .counter(
                "pollerd_pictures_drawn", pictures.drawn, "Pictures of graphs that were drawn."),
            .counter("pollerd_pictures_failed", pictures.failed, "Pictures that failed."),
            .counter(
                "pollerd_picture_cache_hits", pictures.hits,
                "Requests for a picture that was there."),
            .counter(
                "pollerd_picture_cache_misses", pictures.misses,
                "Requests for a picture that was not."),
            .counter(
                "pollerd_picture_cache_evictions", pictures.evicted,
                "Pictures that went to make room for others."),
            .gauge("pollerd_picture_cache_pictures", pictures.kept, "Pictures that are kept."),
            .gauge(
                "pollerd_picture_cache_bytes", unit: "bytes", pictures.keptBytes,
                "What those take."),
            .counter(
                "pollerd_pictures_late", pictures.late,
                "Requests whose picture was not there in time."),
            .counter(
                "pollerd_pictures_refused", pictures.refused,
                "Requests for pictures that were turned away because too many waited."),
            .gauge(
                "pollerd_picture_queue_length", pictures.underWay,
                "Pictures that are drawn now, or wait for it."),
            .gauge(
                "pollerd_data_turns_under_way", web.dataUnderWay,
                "Requests that read rows of graphs now."),
            .gauge(
                "pollerd_data_turns_queue_length", web.dataWaiting,
                "Requests that wait for that."),
        ]
    }

    private var webFamilies: [MetricFamily] {
        let keys = RouteGroup.allCases.flatMap { group in
            (1...5).map { WebNumbers.ResponseKey(group, status: $0 * 100) }
        }
        let samples = keys.compactMap { key -> MetricFamily.Sample? in
            guard let count = web.responses[key] else { return nil }
            return .init(
                [
                    .init("group", key.group.rawValue), .init("status", "\(key.statusClass)xx"),
                ], .number(Double(count)))
        }
        guard !samples.isEmpty else { return [] }
        return [
            MetricFamily(
                "pollerd_http_requests", .counter,
                "Answered HTTP requests, by what they were for and how they ended.",
                samples: samples)
        ]
    }

    private var processFamilies: [MetricFamily] {
        var families: [MetricFamily] = [
            .counter(
                "process_cpu_seconds", unit: "seconds", process.cpuSeconds,
                "Time that pollerd spent on processors."),
            .gauge(
                "process_start_time_seconds", unit: "seconds",
                Double(summary.startedAt.milliseconds) / 1_000,
                "When pollerd started, in Unix seconds."),
        ]
        families += known(
            "process_resident_memory_bytes", unit: "bytes", process.residentBytes,
            "Memory that pollerd has.")
        families += known(
            "process_virtual_memory_bytes", unit: "bytes", process.virtualBytes,
            "Address space that pollerd has.")
        families += known(
            "process_open_fds", process.openFiles, "File descriptors that are open.")
        families += known(
            "process_max_fds", process.mostOpenFiles, "File descriptors that may be open.")
        families += known("process_threads", process.threads, "Threads.")
        return families
    }

    /// The gauge of a number; nothing where it is not known, which is not 0.
    private func known(
        _ name: String, unit: String? = nil, _ value: Double?, _ help: String
    ) -> [MetricFamily] {
        value.map { [MetricFamily.gauge(name, unit: unit, $0, help)] } ?? []
    }

    private func known(
        _ name: String, unit: String? = nil, _ value: Int?, _ help: String
    ) -> [MetricFamily] {
        value.map { [MetricFamily.gauge(name, unit: unit, $0, help)] } ?? []
    }
}
