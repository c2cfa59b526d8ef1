#include "core/guard.hpp"

#include <cxxabi.h>
#include <fmt/format.h>

#include <cstdlib>
#include <exception>
#include <memory>

namespace graph_runner {

namespace {

// The type of the exception that is being handled, as its author wrote it.
std::string type_thrown() {
  const std::type_info* type = abi::__cxa_current_exception_type();
  if (!type) return "exception of another language";
  const std::unique_ptr<char, void (*)(void*)> name(
      abi::__cxa_demangle(type->name(), nullptr, nullptr, nullptr), std::free);
  return name ? name.get() : type->name();
}

}  // namespace

std::string describe_thrown() {
  const std::string type = type_thrown();
  const char* article = std::string_view("aeiouAEIOU").find(type[0]) == std::string_view::npos ? "a" : "an";
  std::string thrown = fmt::format("threw {} {}", article, type);
  try {
    throw;
  } catch (const std::exception& e) {
    const char* what = e.what();
    return what && *what ? fmt::format("{}: {}", thrown, what) : thrown;
  } catch (...) {
    return thrown;
  }
}

std::string reason_of(gr_status status, char* error, std::size_t size) {
  error[size - 1] = '\0';
  if (status == GR_REFUSED || status == GR_FAILED) return *error ? error : "the plugin gives no reason";
  return fmt::format("returned {}, which is no status{}{}", status, *error ? ": " : "", error);
}

}  // namespace graph_runner
