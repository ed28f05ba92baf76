namespace Hazchem.Functions.Imaging;

/// <param name="Memory">In bytes, at most; 0 for a file that is refused.</param>
/// <param name="IsLong">It takes long, such as a scan of many pages.</param>
internal readonly record struct ConversionCost(long Memory, bool IsLong);
