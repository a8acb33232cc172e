/// A number with four significant figures, for reading: `0.6931`, `12.35`, `1.200e-05`, `NaN`.
///
/// Whole numbers below a million keep their own digits. What a program reads is never rounded.
package func figures(_ value: Double) -> String {
  guard value.isFinite else { return value.isNaN ? "NaN" : value < 0 ? "-inf" : "inf" }
  let magnitude = value.magnitude
  let sign = value < 0 ? "-" : ""
  if magnitude < 1e6, magnitude == magnitude.rounded() { return sign + String(Int(magnitude)) }
  if magnitude >= 9.9995e-4, magnitude < 1e6 {
    var decimals = 3
    var limit = 9.9995
    while decimals > 0, magnitude >= limit {
      decimals -= 1
      limit *= 10
    }
    limit = 0.99995
    while magnitude < limit, decimals < 6 {
      decimals += 1
      limit /= 10
    }
    return sign + fixed(magnitude, decimals: decimals)
  }
  var mantissa = magnitude
  var exponent = 0
  while mantissa >= 9.9995 {
    mantissa /= 10
    exponent += 1
  }
  while mantissa < 0.99995 {
    mantissa *= 10
    exponent -= 1
  }
  let digits = String(exponent.magnitude)
  return sign + fixed(mantissa, decimals: 3) + (exponent < 0 ? "e-" : "e+")
    + (digits.count < 2 ? "0" + digits : digits)
}

/// A number below a million with a fixed number of decimals, six at most.
private func fixed(_ value: Double, decimals: Int) -> String {
  guard decimals > 0 else { return String(Int(value.rounded())) }
  let scale = (0..<decimals).reduce(1) { scale, _ in scale * 10 }
  let whole = Int((value * Double(scale)).rounded())
  let fraction = String(whole % scale)
  return "\(whole / scale)." + String(repeating: "0", count: decimals - fraction.count) + fraction
}
