import RunModel
import Testing

@testable import Reports

@Suite("Points")
struct PointTests {
  @Test("the long layout is one line a point")
  func long() throws {
    let run = try run(name: "say \"ring\"")
    var point = points("d_loss", [.nan])[0]
    #expect(PointRows.csvHeader == "run_id,run_name,metric,step,epoch,images,value,time\n")
    #expect(
      PointRows.csv(point, of: run)
        == "r0000000000001,\"say \"\"ring\"\"\",d_loss,100,1,6400,NaN,2026-11-24T12:00:00.000Z\n")
    point.epoch = nil
    point.images = nil
    point.value = -.infinity
    #expect(
      PointRows.csv(point, of: run).hasSuffix(",d_loss,100,,,-inf,2026-11-24T12:00:00.000Z\n"))
    #expect(
      PointRows.json(point, of: run).line.hasSuffix(
        """
        "metric":"d_loss","step":100,"epoch":null,"images":null,"value":"-Infinity",\
        "time":"2026-11-24T12:00:00.000Z","attempt":1}
        """))
  }

  @Test("the wide layout is one line a step, a metric without a point an empty field")
  func wide() throws {
    var rows = WideRows(of: try run(), metrics: ["d_loss", "swd"], keepsAttempts: false)
    for point in points("swd", [1, 2]).dropFirst() + points("d_loss", [0.5, 0.25]) {
      rows.add(point)
    }
    rows.add(points("unasked", [1])[0])
    #expect(
      WideRows.csvHeader(["d_loss", "swd"]) == "run_id,run_name,step,epoch,images,d_loss,swd\n")
    #expect(
      Array(rows.csv) == [
        "r0000000000001,ring,100,1,6400,0.5,\n", "r0000000000001,ring,200,2,12800,0.25,2\n",
      ])
    #expect(rows.json.first { _ in true }?.line.hasSuffix(#""metrics":{"d_loss":0.5}}"#) == true)
  }

  @Test("a step that two attempts recorded is two rows where attempts are kept apart")
  func attempts() throws {
    var second = points("d_loss", [0.75])[0]
    second.attempt = 2
    for keepsAttempts in [true, false] {
      var rows = WideRows(of: try run(), metrics: ["d_loss"], keepsAttempts: keepsAttempts)
      rows.add(points("d_loss", [0.5])[0])
      rows.add(second)
      let values = rows.csv.map { $0.split(separator: ",").last ?? "" }
      #expect(values == (keepsAttempts ? ["0.5\n", "0.75\n"] : ["0.75\n"]))
    }
  }
}
