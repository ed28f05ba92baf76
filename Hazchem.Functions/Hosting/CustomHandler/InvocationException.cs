namespace Hazchem.Functions.Hosting.CustomHandler;

/// <summary>A request that no Functions host would send.</summary>
/// <param name="message">What is wrong and what is right.</param>
internal sealed class InvocationException(string message) : Exception(message);
