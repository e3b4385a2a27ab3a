#pragma once

namespace gril::bench {

/// Bytes of this process that lie in memory; 0 where the system does not say.
double resident_bytes();

/// The most resident_bytes() ever was since forget_peak_resident_bytes().
double peak_resident_bytes();
void forget_peak_resident_bytes();

}  // namespace gril::bench
