import RunModel
import Testing

@testable import Reports

@Suite("Points")
struct PointTests {
  private func text(_ write: (inout ByteText) -> Void) -> String {
    var text = ByteText()
    write(&text)
    return text.withBytes { String(decoding: $0, as: UTF8.self) }
  }

  private let noon = Timestamp(rfc3339: "2026-11-24T12:00:00Z") ?? .now()

  @Test("the long layout is one line a point")
  func long() throws {
    let run = try run(name: "say \"ring\"")
    var point = SeriesPoint(
      step: 100, epoch: 1, images: 6400, value: .nan, time: noon, attempt: 1)
    func csv() -> String {
      text { PointRows.appendCSV([point, point], of: "swd[n=2,k=3]", run, to: &$0) }
    }
    #expect(PointRows.csvHeader == "run_id,run_name,metric,step,epoch,images,value,time\n")
    let line =
      "r0000000000001,\"say \"\"ring\"\"\",\"swd[n=2,k=3]\",100,1,6400,NaN,2026-11-24T12:00:00.000Z\n"
    #expect(csv() == line + line)
    point.epoch = nil
    point.images = nil
    point.value = -.infinity
    #expect(csv().hasSuffix("\",100,,,-inf,2026-11-24T12:00:00.000Z\n"))
    #expect(
      PointRows.json(point, of: "d_loss", run).line.hasSuffix(
        """
        "metric":"d_loss","step":100,"epoch":null,"images":null,"value":"-Infinity",\
        "time":"2026-11-24T12:00:00.000Z","attempt":1}
        """))
  }

  @Test("the wide layout is one line a step, a metric without a point an empty field")
  func wide() throws {
    let run = try run()
    let step = MeasuredStep(
      step: 100, attempt: 1, epoch: 1, images: nil, time: noon, values: [0.5, nil])
    #expect(
      WideRows.csvHeader(["d_loss", "swd"]) == "run_id,run_name,step,epoch,images,d_loss,swd\n")
    #expect(
      text { WideRows.appendCSV(step, of: run, to: &$0) } == "r0000000000001,ring,100,1,,0.5,\n")
    #expect(
      WideRows.json(step, of: run, metrics: ["d_loss", "swd"]).line.hasSuffix(
        #""images":null,"metrics":{"d_loss":0.5}}"#))
  }

  @Test("numbers and times come out as one by one, whatever came before")
  func sameText() {
    var values: [Double] = [
      0, -0.0, 1, -1, 10, 0.1, 1e15, 999_999_999_999_999, 1e16, 1e22, -1e300,
      .leastNonzeroMagnitude, .pi, .nan,
      .infinity, -.infinity, 123_456_789.5,
    ]
    var state: UInt64 = 1
    for _ in 0..<1000 {
      state = state &* 6_364_136_223_846_793_005 &+ 1
      values.append(Double(bitPattern: state))
      values.append(Double(Int64(bitPattern: state) >> Int64(state % 60)))
    }
    for value in values { #expect(text { $0.append(value) } == value.shortestText) }
    for number in [0, 9, 10, 99, 100, -1, Int.max, Int.min, 1_000_000] {
      #expect(text { $0.append(number) } == String(number))
    }
    let times = values.filter { abs($0) < 9e15 }.map { Timestamp(microseconds: Int64($0)) }
    let steps = stride(from: -3_000_000, to: 3_000_000, by: 199_999).map {
      Timestamp(microseconds: $0)
    }
    var together = ByteText()
    for time in times + steps { together.append(time) }
    #expect(
      together.withBytes { String(decoding: $0, as: UTF8.self) }
        == (times + steps).map(\.rfc3339).joined())
  }

  @Test("text grows as long as it has to")
  func growth() {
    let long = String(repeating: "é", count: 100_000)
    #expect(
      text {
        $0.append("a")
        $0.append(long)
      } == "a" + long)
  }
}
