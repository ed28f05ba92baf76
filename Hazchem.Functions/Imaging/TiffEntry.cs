namespace Hazchem.Functions.Imaging;

/// <summary>An entry of a TIFF's directory.</summary>
/// <param name="Type">Of its values, as the format numbers them.</param>
/// <param name="Count">How many values it has.</param>
/// <param name="ValueAt">Where they begin in the file; all of them are within it.</param>
/// <param name="IsInEntry">They are few enough to stand in the entry itself.</param>
internal readonly record struct TiffEntry(ushort Tag, ushort Type, int Count, int ValueAt, bool IsInEntry);
