namespace Hazchem.Functions.Imaging.Pdf;

/// <summary>C's longjmp on its way out to the setjmp that waits for it: so libjpeg and libpng give up a picture.</summary>
internal sealed class LongJumpException : Exception;
