import Foundation
import Testing

@Suite("Another program's run")
struct LogTests {
  /// A call of `log` whose input comes through a pipe from a shell command.
  private func log(
    _ place: Workplace, from producer: String, _ arguments: String...
  ) throws -> Result {
    try place.start(["log"] + arguments, shell: "\(producer) | \"$@\"").wait()
  }

  @Test("every kind of line is stored, and verify finds nothing")
  func everyLine() throws {
    let place = try Workplace()
    try place.write(Examples.ring, to: "run.yaml")
    try place.expect("train", "--config", "run.yaml", "--epochs", "1", "--name", "source")
    try place.expect("sample", "source", "-o", "grid.png")
    try place.expect("checkpoints", "export", "source", "-o", "weights.safetensors")
    try place.write(
      """
      {"run":{"name":"theirs","experiment":"elsewhere","params":{"lr":1e-4,"layers":[{"dense":8}]},"tags":{"host":"gpu1"}}}
      {"step":1,"epoch":1,"images":64,"metrics":{"d_loss":0.6931471805599453,"g_loss":NaN},"time":"2026-11-24T15:30:13.25+01:00"}
      {"step":2,"metrics":{"d_loss":"Infinity","g_loss":-Infinity}}
      {"params":{"steps":2}}
      {"tags":{"host":"gpu2","best":true}}
      {"checkpoint":"weights.safetensors","step":2,"epoch":1}
      {"image":"grid.png","name":"samples","step":2}
      {"message":"done é"}
      {"status":"finished"}

      """, to: "lines.ndjson")
    let result = try log(place, from: "cat lines.ndjson")
    #expect(result.status == 0, "\(result.error)")
    let id = try #require(result.lines.first.map(String.init))
    #expect(result.lines.count == 1 && id.count == 14)
    let run = try place.run(object: id)
    #expect(run["name"] as? String == "theirs" && run["experiment"] as? String == "elsewhere")
    #expect(run["status"] as? String == "finished")
    #expect(run["tags"] as? [String: String] == ["host": "gpu2", "best": "true"])
    let settings = try #require(run["params"] as? [String: Any])
    #expect(settings["lr"] as? Double == 1e-4 && settings["layers.0.dense"] as? Int == 8)
    #expect(settings["steps"] as? Int == 2)
    let points = try place.expect("export", id).lines.dropFirst().map {
      $0.split(separator: ",", omittingEmptySubsequences: false).dropFirst(2).joined(separator: ",")
    }
    #expect(points.first == "d_loss,1,1,64,0.6931471805599453,2026-11-24T14:30:13.250Z")
    #expect(
      points.map { $0.split(separator: ",", omittingEmptySubsequences: false)[4] }
        == ["0.6931471805599453", "inf", "NaN", "-inf"])
    let checkpoint = try #require(try place.checkpoints(id).last)
    #expect(checkpoint["step"] as? Int == 2 && checkpoint["epoch"] as? Int == 1)
    try place.expect("checkpoints", "export", id, "-o", "back.safetensors")
    let given = try tensors("weights.safetensors", place)
    #expect(try tensors("back.safetensors", place) == given)
    #expect(
      try place.sqlite("select name, step, length(png) from picture where step = 2")
        == "samples|2|\(try Data(contentsOf: place.path("grid.png")).count)\n")
    #expect(try place.sqlite("select text from line where text like 'done%'") == "done é\n")
    try place.expect("verify", "--data")
  }

  /// A safetensors file's bytes behind its header, which are its tensors sorted by name.
  private func tensors(_ name: String, _ place: Workplace) throws -> Data {
    let bytes = try Data(contentsOf: place.path(name))
    let length = bytes.prefix(8).enumerated().reduce(0) { $0 + Int($1.element) << (8 * $1.offset) }
    return bytes.dropFirst(8 + length)
  }

  @Test("bad lines are reported by number and passed over, all else is stored: 65")
  func badLines() throws {
    let place = try Workplace()
    try place.write(
      """
      epoch 1 of 3
      {"step":1,"metrics":{"a":1}}
      {"step":2,"metrics":{"a":}}

      {"step":2,"metrics":{"a":2},"lr":3}
      {"checkpoint":"nowhere.safetensors","step":2}
      {"image":"lines.ndjson","step":2}
      {"run":{"name":"a@b"}}
      {"step":3,"metrics":{"a":3}}
      {"status":"finished"}
      {"step":4,"metri
      """, to: "lines.ndjson")
    let result = try log(place, from: "cat lines.ndjson")
    #expect(result.status == 65)
    let reported = result.error.split(separator: "\n").compactMap {
      $0.firstMatch(of: /^gan-runs: line (\d+) is passed over: ./).flatMap { Int($0.1) }
    }
    #expect(reported == [1, 3, 5, 6, 7, 8, 11], "\(result.error)")
    let run = try place.run(object: "latest")
    #expect(run["status"] as? String == "finished" && run["name"] as? String == "log")
    #expect(try place.sqlite("select step, value from point") == "1|1.0\n3|3.0\n")
    try place.expect("verify")
  }

  @Test("one point, and one bad line, are said to be one")
  func singular() throws {
    let place = try Workplace()
    let result = try log(place, from: #"printf '%s\n' '{"step":1,"metrics":{"a":1}}' no"#)
    #expect(
      result.error.contains(/stored 1 point; run r\w+ is interrupted; 1 bad line was passed over/),
      "\(result.error)")
  }

  @Test("the id is printed before anything is read, and a reader sees points while they come")
  func live() throws {
    let place = try Workplace()
    let script = """
      coproc LOG { "$@" log 2>errors; }
      exec 3>&${LOG[1]}-
      read -r id <&${LOG[0]}
      echo '{"step":7,"metrics":{"a":1}}' >&3
      for try in $(seq 500); do
        "$1" export "$id" | grep -q ',a,7,' && break
        sleep 0.01
      done
      echo "$id $("$1" list --csv | tail -1 | cut -d, -f3)"
      "$1" log --run "$id" </dev/null; echo $?
      exec 3>&-
      wait
      "$1" list --csv | tail -1 | cut -d, -f1,3
      """
    let result = try place.start([], shell: script).wait()
    let lines = result.lines.map(String.init)
    try #require(lines.count == 3, "\(result.output) \(result.error)")
    let id = lines[0].prefix(14)
    #expect(lines[0] == "\(id) running")
    #expect(lines[1] == "1" && result.error.contains("being trained"))
    #expect(lines[2] == "\(id),interrupted")
  }

  @Test("input that ends without a status, or at once, leaves the run interrupted: 0")
  func noStatus() throws {
    let place = try Workplace()
    for producer in ["echo '{\"step\":1,\"metrics\":{\"a\":1}}'", "true"] {
      let result = try log(place, from: producer)
      #expect(result.status == 0, "\(result.error)")
      #expect(try place.run(object: "latest")["status"] as? String == "interrupted")
    }
    #expect(try place.runs().count == 2)
  }

  @Test("a signal stores what has come and ends with its status", arguments: ["INT", "TERM"])
  func signals(name: String) throws {
    let place = try Workplace()
    let script = """
      mkfifo pipe
      "$@" log <pipe & log=$!
      exec 3>pipe
      seq -f '{"step":%.0f,"metrics":{"a":1}}' 5000 >&3
      sleep 0.3
      seq -f '{"step":%.0f,"metrics":{"a":1}}' 5001 5100 >&3; kill -\(name) $log
      wait $log; echo $?
      """
    let result = try place.start([], shell: script).wait()
    #expect(result.lines.last == (name == "INT" ? "130" : "143"), "\(result.error)")
    let run = try place.run(object: "latest")
    #expect(run["status"] as? String == "interrupted" && run["step"] as? Int == 5100)
    #expect(try place.sqlite("select count(*) from point") == "5100\n")
    try place.expect("verify")
  }

  @Test("a killed log shows as crashed, and goes on where its program says")
  func killed() throws {
    let place = try Workplace()
    let script = """
      mkfifo pipe
      "$@" log <pipe >id & log=$!
      exec 3>pipe
      seq -f '{"step":%.0f,"metrics":{"a":1}}' 1000 >&3
      until [ "$("$1" export latest 2>/dev/null | wc -l)" = 1001 ]; do sleep 0.01; done
      kill -KILL $log; wait $log
      exec 3>&-
      "$1" list --csv | tail -1 | cut -d, -f3
      seq -f '{"step":%.0f,"metrics":{"a":2}}' 901 1100 | "$1" log --run $(cat id) | cmp - id && echo same
      """
    let result = try place.start([], shell: script).wait()
    #expect(result.lines == ["crashed", "same"], "\(result.output) \(result.error)")
    #expect(
      try place.sqlite("select count(*), sum(value), min(step), max(step) from points")
        == "1100|1300.0|1|1100\n")
    #expect(try place.sqlite("select count(*) from point") == "1200\n")
    try place.expect("verify")
  }

  @Test("200,000 points through a pipe: every one is there, by count and by sum")
  func manyPoints() throws {
    let place = try Workplace()
    var lines = ""
    for step in 1...20_000 {
      let metrics = (0..<10).map { "\"metric_\($0)\":\(step).\($0)25" }.joined(separator: ",")
      lines += "{\"step\":\(step),\"metrics\":{\(metrics)}}\n"
    }
    try place.write(lines, to: "lines.ndjson")
    let result = try log(place, from: "cat lines.ndjson")
    #expect(result.status == 0, "\(result.error)")
    let sum = 10.0 * 20_000 * 20_001 / 2 + 20_000 * (4.5 + 0.25)
    // Their sum in binary has an error of its own.
    #expect(
      try place.sqlite("select count(*), round(sum(value), 1), max(step) from points")
        == "200000|\(sum)|20000\n")
    try place.expect("verify")
  }

  @Test("a disk that is full ends the run as failed: 74, and what was stored is whole")
  func fullDisk() throws {
    let place = try Workplace()
    let status = try place.shell(
      """
      ulimit -f 2048; seq -f '{"step":%.0f,"metrics":{"a":1,"b":2}}' 1000000 |
        \(try Workplace.program(.release).path) log
      """, allowFailure: true)
    #expect(status == 74)
    #expect(try place.sqlite("PRAGMA integrity_check") == "ok\n")
    let run = try place.run(object: "latest")
    #expect(["failed", "crashed"].contains(run["status"] as? String ?? ""))
    #expect((run["step"] as? Int ?? 0) > 0)
    try place.expect("verify")
  }
}
