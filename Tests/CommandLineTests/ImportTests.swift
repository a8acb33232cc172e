import RunModel
import RunRegistry
import TestSupport
import Testing

@testable import CommandLine

@Suite("Import")
struct ImportTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private static let fixtures =
    "/" + #filePath.split(separator: "/").dropLast().joined(separator: "/") + "/Fixtures/Import"

  private func shell(_ command: String) throws -> Program.Result {
    try Program.shell(command, in: folder)
  }

  /// A registry of runs of every kind, and what `verify` says of another that imported it.
  private let make = """
    set -e
    $GAN_RUNS train \(TinyRun.options) --name ring --db a.db >/dev/null
    $GAN_RUNS checkpoints pin ring@last mine --db a.db
    $GAN_RUNS resume ring@step:4 --name child --epochs 3 --db a.db -q >/dev/null
    printf '%s\\n' '{"run":{"name":"x","tags":{"a":"1"}}}' '{"step":1,"metrics":{"m":1,"n":NaN}}' \
      '{"step":2,"metrics":{"m":2}}' '{"message":"hi"}' | $GAN_RUNS log --db a.db -q >/dev/null
    printf '%s\\n' '{"step":2,"metrics":{"m":3}}' | $GAN_RUNS log --run x --db a.db -q >/dev/null

    """

  @Test(
    "another registry: everything comes, ids kept; twice adds nothing; the source stays as it is")
  func registry() throws {
    let result = try shell(
      make + """
        sha256sum a.db >sum
        $GAN_RUNS import a.db --csv | cut -d, -f2-
        $GAN_RUNS import a.db --csv -q | cut -d, -f3 | sort | uniq -c
        sha256sum -c sum
        $GAN_RUNS verify --data -q >/dev/null
        for verb in export "export --attempts all" "list --json" "show child --json" "show x --json" "show ring --json"; do
          cmp <($GAN_RUNS $verb --db a.db) <($GAN_RUNS $verb) && echo same
        done
        $GAN_RUNS checkpoints export ring@mine -o b.safetensors -q
        $GAN_RUNS checkpoints export ring@mine -o a.safetensors -q --db a.db
        cmp a.safetensors b.safetensors && echo same
        $GAN_RUNS resume ring --epochs 4 | cut -f3,4
        ls -A | grep '^a.db-' || echo none
        """)
    #expect(result.status == 0, "\(result.error)")
    let lines = result.output.split(separator: "\n").map(String.init)
    try #require(lines.count == 16, "\(result.output)")
    #expect(lines[0] == "run_name,change,points,checkpoints")
    #expect(lines[1].hasPrefix("ring,added,") && lines[1].hasSuffix(",3"))
    #expect(lines[2].hasPrefix("child,added,") && lines[3] == "x,added,4,0")
    #expect(lines[4].hasSuffix("1 change") && lines[5].hasSuffix("3 same"))
    #expect(lines[6] == "a.db: OK")
    #expect(lines[7...13].allSatisfy { $0 == "same" })
    #expect(lines[14] == "finished\t4")
    #expect(lines[15] == "none")
    #expect(result.error.contains("a.db: 3 added; "))
  }

  @Test("a run that grew there is brought up to date; what was given here stays")
  func grown() throws {
    let result = try shell(
      make + """
        $GAN_RUNS import a.db -q >/dev/null
        $GAN_RUNS checkpoints pin ring@step:4 own
        printf '%s\\n' '{"tags":{"a":"here"}}' | $GAN_RUNS log --run child -q >/dev/null
        $GAN_RUNS resume ring --epochs 5 --db a.db -q >/dev/null
        $GAN_RUNS import a.db --csv -q | cut -d, -f2,3
        $GAN_RUNS import a.db --csv -q | cut -d, -f3 | tr '\\n' ' '; echo
        $GAN_RUNS verify --data -q >/dev/null
        cmp <($GAN_RUNS export ring --db a.db) <($GAN_RUNS export ring) && echo same
        $GAN_RUNS show ring --json | grep -c '"own"'
        $GAN_RUNS import gan-runs.db --csv -q --db a.db | cut -d, -f3 | tr '\\n' ' '
        """)
    #expect(result.status == 0, "\(result.error)")
    let lines = result.output.split(separator: "\n").map(String.init)
    try #require(lines.count == 8, "\(result.output)")
    #expect(lines[1...3] == ["ring,grown", "child,newer", "x,same"])
    #expect(lines[4] == "change same newer same " && lines[5] == "same" && lines[6] == "1")
    // The attempt that was added here goes back the same way.
    #expect(lines[7] == "change grown grown same " || lines[7] == "change same grown same ")
  }

  @Test("a run that was resumed in two places has parted: said, 1, and nothing is touched")
  func parted() throws {
    let result = try shell(
      make + """
        $GAN_RUNS import a.db -q >/dev/null
        printf '%s\\n' '{"step":3,"metrics":{"m":5}}' | $GAN_RUNS log --run x -q >/dev/null
        printf '%s\\n' '{"step":3,"metrics":{"m":6}}' | $GAN_RUNS log --run x -q --db a.db >/dev/null
        $GAN_RUNS export x >before
        set +e
        $GAN_RUNS import a.db --csv -q | tail -1 | cut -d, -f3; echo ${PIPESTATUS[0]}
        $GAN_RUNS export x | cmp - before && echo same
        $GAN_RUNS delete x -q >/dev/null; $GAN_RUNS import a.db --csv -q | tail -1 | cut -d, -f3
        """)
    #expect(result.output == "parted\n1\nsame\ndeleted\n", "\(result.output)\(result.error)")
  }

  @Test(
    "a row or a chunk that is not what its seal was taken of: 65, named, and nothing of the run comes"
  )
  func damaged() throws {
    let result = try shell(
      make + """
        cp a.db b.db; cp a.db c.db; cp a.db d.db
        sqlite3 b.db "update point set value = 7 where series = (select min(series) from point) and step = 4"
        sqlite3 c.db "update chunk set data = zeroblob(length(data)) where id = 1"
        sqlite3 d.db "delete from run where name = 'x'"
        set +e
        for file in b c d; do
          $GAN_RUNS import $file.db -q --db $file-copy.db >/dev/null 2>error; echo $?; cat error
        done
        $GAN_RUNS verify -q --db b-copy.db >/dev/null && $GAN_RUNS list --csv --db b-copy.db | wc -l
        """)
    let lines = result.output.split(separator: "\n").map(String.init)
    try #require(lines.count == 7, "\(result.output)\(result.error)")
    #expect(lines[0] == "65" && lines[1].contains("b.db is damaged") && lines[1].contains("seal"))
    #expect(lines[2] == "65" && lines[3].contains("c.db is damaged"))
    #expect(lines[4] == "65" && lines[5].contains("d.db is damaged"))
    #expect(lines[6] == "1")
  }

  @Test("MLflow's store: names, settings, tags, status, NaN and infinities; twice adds nothing")
  func mlflow() throws {
    let result = try shell(
      """
      gzip -dc '\(Self.fixtures)/mlflow.db.gz' >mlflow.db; sha256sum mlflow.db >sum
      $GAN_RUNS import mlflow.db --csv | cut -d, -f2-
      $GAN_RUNS import mlflow.db --csv -q | cut -d, -f3 | sort | uniq -c
      sha256sum -c sum
      $GAN_RUNS export first --metrics g_loss,again | cut -d, -f2-4,7,8
      $GAN_RUNS list --csv | cut -d, -f2,3 | tail -4
      $GAN_RUNS verify -q >/dev/null || echo broken
      """)
    #expect(result.status == 0, "\(result.error)")
    #expect(
      result.output == """
        run_name,change,points,checkpoints
        first,added,56,0
        second@odd,added,56,0
        killed,added,56,0
        open,added,56,0
              1 change
              4 same
        mlflow.db: OK
        run_name,metric,step,value,time
        first,again,7,3,2023-11-14T22:13:20.001Z
        first,g_loss,0,1.5,2023-11-14T22:13:20.000Z
        first,g_loss,1,NaN,2023-11-14T22:13:21.000Z
        first,g_loss,2,inf,2023-11-14T22:13:22.000Z
        first,g_loss,3,-inf,2023-11-14T22:13:23.000Z
        first,g_loss,4,-0.25,2023-11-14T22:13:24.000Z
        open,interrupted
        killed,interrupted
        second_odd,failed
        first,finished

        """)
    #expect(
      result.error.contains("first (rcbszjpg04kft7): 2 of 58 points were followed by another"))
    let run = try RegistryReader(path: folder.file("gan-runs.db")).run("first")
    #expect(run.experiment == "gan" && run.note == "a note" && run.tags["who"] == "me")
    #expect(
      run.parameters == [
        "lr": .number(2e-4), "layers": .integer(3), "loss": .text("nonsaturating"),
        "flag": .boolean(true),
      ])
    let sum = (0..<50).reduce(0.0) { $0 + 1.0 / (1 + Double($1)) + 0.1 }
    let points = try RegistryReader(path: folder.file("gan-runs.db"))
      .points(of: run.id, metric: "d_loss")
    #expect(points.count == 50 && abs(points.reduce(0) { $0 + $1.value } - sum) < 1e-9)
  }

  @Test("TensorBoard's files: simple and tensor scalars; a file that overlaps is the next attempt")
  func events() throws {
    let result = try shell(
      """
      cp -r '\(Self.fixtures)/events' .
      $GAN_RUNS import events --csv | cut -d, -f2-
      $GAN_RUNS import events --csv -q | cut -d, -f3 | sort | uniq -c
      $GAN_RUNS export --attempts all | cut -d, -f2-4,7
      $GAN_RUNS export run-a --metrics loss/d | cut -d, -f4,7 | tail -n +2 | tr '\\n' ' '; echo
      $GAN_RUNS verify -q >/dev/null || echo broken
      """)
    #expect(result.status == 0, "\(result.error)")
    #expect(
      result.output == """
        run_name,change,points,checkpoints
        run-a,added,14,0
        run-b,added,5,0
              1 change
              2 same
        run_name,metric,step,value
        run-a,loss/d,1,1
        run-a,loss/d,2,0.5
        run-a,loss/d,3,0.3333333432674408
        run-a,loss/d,4,0.25
        run-a,loss/d,4,40
        run-a,loss/d,5,0.20000000298023224
        run-a,loss/d,5,50
        run-a,loss/d,6,60
        run-a,loss/d,7,70
        run-a,loss/g,1,1
        run-a,loss/g,2,NaN
        run-a,loss/g,3,3
        run-a,loss/g,4,4
        run-a,loss/g,5,5
        run-b,t,1,0.5
        run-b,t,2,0.1
        run-b,t,3,1.5
        run-b,t,4,-3
        run-b,t,5,inf
        1,1 2,0.5 3,0.3333333432674408 4,40 5,50 6,60 7,70 \n
        """)
    #expect(result.error.contains("left out 1 values that are neither scalars nor PNG pictures"))
  }

  @Test("what is exported as event files comes back: points in float32, pictures to the byte")
  func exportedEvents() throws {
    let result = try shell(
      """
      set -e
      $GAN_RUNS train \(TinyRun.options) --name ring --set samples.every=1 --set samples.count=4 >/dev/null
      $GAN_RUNS resume ring --epochs 4 -q >/dev/null
      $GAN_RUNS export --tensorboard logs
      $GAN_RUNS export --tensorboard losses --metrics d_loss
      $GAN_RUNS import logs --db b.db --csv -q | cut -d, -f3-
      $GAN_RUNS import logs --db b.db --csv -q | cut -d, -f3
      points() { $GAN_RUNS export --metrics d_accuracy,d_updates --csv --db $1 | cut -d, -f3,4,7; }
      cmp <(points gan-runs.db) <(points b.db) && echo same
      pictures="select name, step, hex(png) from picture order by step"
      cmp <(sqlite3 gan-runs.db "$pictures") <(sqlite3 b.db "$pictures") && echo same
      sqlite3 b.db "select count(*) from picture"
      $GAN_RUNS verify --db b.db -q >/dev/null && echo sound
      """)
    #expect(result.status == 0, "\(result.error)")
    let lines = result.output.split(separator: "\n").map(String.init)
    try #require(lines.count == 8, "\(result.output)")
    #expect(lines[0] == "change,points,checkpoints" && lines[1].hasPrefix("added,"))
    #expect(lines[2...] == ["change", "same", "same", "same", "4", "sound"])
    #expect(result.error.contains(" points and 4 pictures into 2 event files beneath logs; "))
    #expect(
      result.error.contains("wrote 4 points and 0 pictures into 2 event files beneath losses"))
  }

  @Test("event files that are damaged, cut or no events")
  func damagedEvents() throws {
    let result = try shell(
      """
      cp '\(Self.fixtures)/events/run-a/events.out.tfevents.1700000000.host.1.0' whole.tfevents
      size=$(stat -c %s whole.tfevents)
      for cut in $(seq 12 $((size - 1))); do
        head -c $cut whole.tfevents >cut.tfevents
        $GAN_RUNS import cut.tfevents --db cut.db -q >/dev/null 2>&1; echo $?
        rm -f cut.db*
      done | sort | uniq -c
      for place in 20 30 60 100 200; do
        cp whole.tfevents bad.tfevents; printf '\\377' | dd of=bad.tfevents bs=1 seek=$place conv=notrunc status=none
        $GAN_RUNS import bad.tfevents --db bad.db 2>&1 >/dev/null | grep -c 'checksum'
      done
      mkdir empty; $GAN_RUNS import empty; echo $?
      """)
    let lines = result.output.split(separator: "\n").map(String.init)
    // Cut anywhere it is what was written up to there; a file without one whole value has no run.
    #expect(lines.first?.hasSuffix(" 0") == true, "\(result.output)\(result.error)")
    #expect(lines.dropFirst().allSatisfy { $0 == "1" || $0 == "65" }, "\(result.output)")
    #expect(lines.last == "65")
  }

  @Test("CSV goes out and comes back, bit for bit; a recorded run is never changed by it")
  func csv() throws {
    let result = try shell(
      make + """
        $GAN_RUNS export --db a.db >points.csv
        $GAN_RUNS import points.csv -q --csv | cut -d, -f3 | sort | uniq -c
        $GAN_RUNS import points.csv -q --csv | cut -d, -f3 | sort | uniq -c
        $GAN_RUNS export | cmp - points.csv && echo same
        $GAN_RUNS verify -q >/dev/null || echo broken
        $GAN_RUNS import points.csv -q --csv --db a.db | cut -d, -f3 | sort | uniq -c
        set +e
        sed 's/,m,1,,,1,/,m,1,,,9,/' points.csv >other.csv
        $GAN_RUNS import other.csv -q --csv --db a.db | cut -d, -f3 | sort | uniq -c
        """)
    #expect(
      result.output == """
              3 added
              1 change
              1 change
              3 same
        same
              1 change
              3 same
              1 change
              1 parted
              2 same

        """, "\(result.error)")
  }

  @Test(
    "CSV that is not sound: 65 with its line",
    arguments: [
      ("r0000000000001,a,m,1,1,1,1", "line 3: it has 7 of 8 fields"),
      ("r0000000000001,a,m,1,1,1,1,2026-01-01T00:00:00Z,x", "more than 8 fields"),
      ("nonsense,a,m,1,1,1,1,2026-01-01T00:00:00Z", "no run's id"),
      ("r0000000000001,,m,1,1,1,1,2026-01-01T00:00:00Z", "run_name"),
      ("r0000000000001,a,m,-1,1,1,1,2026-01-01T00:00:00Z", "step"),
      ("r0000000000001,a,m,1,1,1,one,2026-01-01T00:00:00Z", "value"),
      ("r0000000000001,a,m,1,1,1,1,yesterday", "time"),
      ("r0000000000001,\"a,m,1,1,1,1,2026-01-01T00:00:00Z", "no end"),
      ("r0000000000001,\"a\"b,m,1,1,1,1,2026-01-01T00:00:00Z", "follows"),
    ])
  func unsoundCSV(line: String, reason: String) throws {
    writeFile(
      "run_id,run_name,metric,step,epoch,images,value,time\n"
        + "r0000000000001,a,m,0,,,1,2026-01-01T00:00:00Z\n\(line)\n", to: folder.file("p.csv"))
    let result = try shell("$GAN_RUNS import p.csv; echo $?")
    #expect(result.output == "65\n")
    #expect(result.error.contains("line 3") && result.error.contains(reason), "\(result.error)")
    #expect(result.error.split(separator: "\n").count == 1)
    #expect(!folder.names.contains("gan-runs.db"))
  }

  @Test("what is nothing that can be imported, and what is not there")
  func others() throws {
    let result = try shell(
      """
      echo hello >text; : >nothing; sqlite3 foreign.db 'create table t(x); insert into t values(1)'
      head -c 5000 /dev/zero >zeros; (printf 'SQLite format 3\\0'; head -c 5000 /dev/urandom) >broken.db
      for file in text nothing foreign.db zeros broken.db nowhere; do
        $GAN_RUNS import $file 2>&1 | grep -c '^gan-runs: '; $GAN_RUNS import $file 2>/dev/null; echo $?
      done | tr '\\n' ' '
      """)
    #expect(result.output == "1 65 1 65 1 65 1 65 1 65 1 66 ", "\(result.output)\(result.error)")
    #expect(!folder.names.contains("gan-runs.db"))
  }
}
