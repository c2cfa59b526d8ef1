// Products of large matrices, C = A B and C += A B, for assign.hpp. What GCC makes of Eigen 3.4's kernel for
// AVX-512 reaches 75 % of a processor's peak, and this one 93 %; with 256 bits this one does 1.5 times as
// much as Eigen's (measured on Zen).
//
// A block of B is packed into slivers as wide as a tile of C, so that it stays in the second-level cache; the
// rows of A run along it, a few at a time; a tile of C stays in registers while the kernel runs down the
// inner axis. Where there are 32 registers, rows of A stay in the first-level cache while all slivers pass;
// where there are 16, a sliver does while a block of rows passes, for a tile that is less high asks more of
// it. Each entry of C is summed in one order, wherever it stands in a tile or a block: so any cut of C into
// panels gives the same bits.
//
// Sources: Goto & van de Geijn, "Anatomy of high-performance matrix multiplication" (2008); Van Zee & van de
// Geijn, "BLIS: a framework for rapidly instantiating BLAS functionality" (2015).
#pragma once

#include <graph_runner/abi.h>

#include <Eigen/Core>
#include <algorithm>
#include <cstring>
#include <type_traits>
#include <utility>

namespace graph_runner::detail {

// Whether these products replace Eigen's. The tests want them everywhere.
#if defined(GRAPH_RUNNER_OWN_PRODUCTS) || (defined(__FMA__) && !defined(__clang__))
inline constexpr bool own_products = true;
#else
inline constexpr bool own_products = false;
#endif

// A matrix in memory: entry (i, j) is data[i * row_stride + j * column_stride].
template <class T>
struct Strided {
  T* data;
  Eigen::Index row_stride, column_stride;

  T* at(Eigen::Index i, Eigen::Index j) const { return data + i * row_stride + j * column_stride; }
  Strided from(Eigen::Index i, Eigen::Index j) const { return {at(i, j), row_stride, column_stride}; }
};

// The shape of a tile, and how much of A and B is packed at a time: 0.5 MB in all, which lies on the stack.
template <class T>
struct Tiling {
  // Eigen's vectors rather than the compiler's: their multiply-add is fused even with -ffp-contract=off.
  using Packet = typename Eigen::internal::packet_traits<T>::type;
  static constexpr int lanes = Eigen::internal::unpacket_traits<Packet>::size;
  // Three quarters of the registers hold a tile, two or three more a row of the sliver of B.
  static constexpr bool many_registers = EIGEN_ARCH_DEFAULT_NUMBER_OF_REGISTERS >= 32;
  static constexpr int vectors = many_registers ? 3 : 2, rows = many_registers ? 8 : 6;
  static constexpr int columns = vectors * lanes;
  static constexpr Eigen::Index depth = 400;
  static constexpr Eigen::Index block_columns = 460'000 / (depth * sizeof(T)) / columns * columns;
  // A transposed A is packed this many rows at a time, so that whole cache lines are read.
  static constexpr Eigen::Index block_rows = many_registers ? 4 * rows : 8 * rows;
  // So many rows pass a sliver before the next one comes.
  static constexpr Eigen::Index sweep_rows = many_registers ? rows : block_rows;
  // Below these, packing and the edges cost more than the kernel wins (measured).
  static constexpr Eigen::Index least_m = 16, least_n = 2 * lanes, least_k = 10;
};

// B(0 … depth - 1, 0 … columns - 1) as one sliver: to[k * width + j] = B(k, j), and 0 where j >= columns.
template <class T>
void pack_sliver(Strided<const T> b, Eigen::Index depth, Eigen::Index columns, Eigen::Index width, T* to) {
  using Eigen::Index;
  using namespace Eigen::internal;
  using Packet = typename Tiling<T>::Packet;
  constexpr int lanes = Tiling<T>::lanes;
  for (Index j = 0; j < width; j += lanes) {
    const Index n = std::min<Index>(lanes, columns - j);
    Index k = 0;
    if (n == lanes && b.column_stride == 1) {
      for (; k < depth; ++k) pstore(to + k * width + j, ploadu<Packet>(b.at(k, j)));
    } else if (n == lanes) {  // column by column; squares are transposed in registers
      for (; k + lanes <= depth; k += lanes) {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wignored-attributes"  // Packet may alias, and an argument loses that
        PacketBlock<Packet, lanes> square;
#pragma GCC diagnostic pop
        for (int i = 0; i < lanes; ++i) square.packet[i] = ploadu<Packet>(b.at(k, j + i));
        ptranspose(square);
        for (int i = 0; i < lanes; ++i) pstore(to + (k + i) * width + j, square.packet[i]);
      }
    }
    for (; k < depth; ++k)
      for (Index i = 0; i < lanes; ++i) to[k * width + j + i] = i < n ? *b.at(k, j + i) : T(0);
  }
}

// A(0 … m - 1, 0 … depth - 1), transposed, as slivers of `rows` rows: to[s * depth * rows + k * rows + r] =
// A(s * rows + r, k), and left as it is where there is no such row.
template <class T>
void pack_transposed(Strided<const T> a, Eigen::Index m, Eigen::Index depth, T* to) {
  constexpr Eigen::Index rows = Tiling<T>::rows;
  for (Eigen::Index k = 0; k < depth; ++k) {
    Eigen::Index i = 0;
    for (; i + rows <= m; i += rows) std::memcpy(to + i * depth + k * rows, a.at(i, k), rows * sizeof(T));
    for (Eigen::Index r = 0; i + r < m; ++r) to[i * depth + k * rows + r] = a.at(i, k)[r];
  }
}

// body(0), …, body(count - 1), unrolled and inlined whatever the compiler thinks of it: arrays that are
// indexed by constants alone are kept in registers.
template <int... i, class Body>
[[gnu::flatten]] EIGEN_ALWAYS_INLINE void for_each(std::integer_sequence<int, i...>, const Body& body) {
  (body(i), ...);
}
template <int count>
inline constexpr std::make_integer_sequence<int, count> up_to{};

// A tile of C, m rows by n columns: C = A B or C += A B. Entry (r, k) of A is a[r][k * step]; B is a sliver.
// a[r] must be readable for r >= m too: what those rows and the columns from n on yield is not stored.
template <class T, int rows, int vectors>
void multiply_tile(Eigen::Index depth, const T* const* a, Eigen::Index step, const T* b, Strided<T> c,
                   Eigen::Index m, Eigen::Index n, bool add) {
  using Eigen::Index;
  using namespace Eigen::internal;
  using Packet = typename Tiling<T>::Packet;
  constexpr int lanes = Tiling<T>::lanes, columns = vectors * lanes;
  const bool whole = m == rows && n == columns;
  const T* row[rows];
  Packet sum[rows * vectors];
  for_each(up_to<rows>, [&](int r) { row[r] = a[r]; });
  for_each(up_to<rows * vectors>, [&](int i) {
    if (whole) __builtin_prefetch(c.at(i / vectors, i % vectors * lanes), 1);
    sum[i] = pset1<Packet>(T(0));
  });
  for (Index k = 0, at = 0; k < depth; ++k, at += step, b += columns) {
    Packet line[vectors];
    for_each(up_to<vectors>, [&](int v) { line[v] = pload<Packet>(b + v * lanes); });
    for_each(up_to<rows>, [&](int r) {
      const Packet entry = pset1<Packet>(row[r][at]);
      for_each(up_to<vectors>,
               [&](int v) { sum[r * vectors + v] = pmadd(entry, line[v], sum[r * vectors + v]); });
    });
  }
  if (whole) {
    for_each(up_to<rows * vectors>, [&](int i) {
      T* to = c.at(i / vectors, i % vectors * lanes);
      pstoreu(to, add ? padd(ploadu<Packet>(to), sum[i]) : sum[i]);
    });
    return;
  }
  alignas(GR_ALIGNMENT) T tile[rows * columns];
  for_each(up_to<rows * vectors>, [&](int i) { pstore(tile + i * lanes, sum[i]); });
  for (Index r = 0; r < m; ++r)
    for (Index j = 0; j < n; ++j) {
      T& to = *c.at(r, j);
      to = add ? to + tile[r * columns + j] : tile[r * columns + j];
    }
}

// The same for any m up to `rows` and n up to `columns`: kernels half and a quarter as high, and one or two
// vectors wide, waste less on the edges.
template <class T>
void multiply_tile(Eigen::Index depth, const T* const* a, Eigen::Index step, const T* b, Strided<T> c,
                   Eigen::Index m, Eigen::Index n, bool add) {
  using S = Tiling<T>;
  using Kernel = decltype(&multiply_tile<T, 1, 1>);
  constexpr int widest = S::vectors;
  static constexpr Kernel kernels[3][3] = {
      {multiply_tile<T, S::rows, 1>, multiply_tile<T, S::rows, 2>, multiply_tile<T, S::rows, widest>},
      {multiply_tile<T, S::rows / 2, 1>, multiply_tile<T, S::rows / 2, 2>,
       multiply_tile<T, S::rows / 2, widest>},
      {multiply_tile<T, S::rows / 4, 1>, multiply_tile<T, S::rows / 4, 2>,
       multiply_tile<T, S::rows / 4, widest>}};
  const int fewer = m > S::rows / 2 ? 0 : m > S::rows / 4 ? 1 : 2;
  kernels[fewer][(n - 1) / S::lanes](depth, a, step, b, c, m, n, add);
}

// Whether `multiply` can do a product, and faster than Eigen. It wants one stride of A and of B to be 1.
template <class T>
bool worth_packing(Strided<const T> a, Strided<const T> b, Eigen::Index m, Eigen::Index n, Eigen::Index k) {
  using S = Tiling<T>;
  return (a.row_stride == 1 || a.column_stride == 1) && (b.row_stride == 1 || b.column_stride == 1) &&
         m >= S::least_m && n >= S::least_n && k >= S::least_k;
}

// m rows of C = A B, or C += A B, with n columns and `depth` along the inner axis: B packed as slivers, A
// packed by pack_transposed or, where `packed_a` is null, as it lies.
template <class T>
void multiply_rows(Strided<const T> a, const T* packed_a, const T* packed_b, Strided<T> c, Eigen::Index m,
                   Eigen::Index n, Eigen::Index depth, bool add) {
  using Eigen::Index;
  using S = Tiling<T>;
  for (Index from = 0; from < m; from += S::sweep_rows)
    for (Index j = 0; j < n; j += S::columns)
      for (Index i = from; i < std::min(m, from + S::sweep_rows); i += S::rows) {
        const Index rows = std::min<Index>(S::rows, m - i);
        const T* row[S::rows];
        for (Index r = 0; r < S::rows; ++r) {
          const Index there = std::min(r, rows - 1);
          row[r] = packed_a ? packed_a + i * depth + there : a.at(i + there, 0);
        }
        multiply_tile(depth, row, packed_a ? S::rows : 1, packed_b + j * depth, c.from(i, j), rows,
                      std::min<Index>(S::columns, n - j), add);
      }
}

// C = A B, or C += A B: m rows, n columns, k along the inner axis. Reads nothing but the entries of A and B,
// writes nothing but those of C, whose column stride is 1.
template <class T>
void multiply(Strided<const T> a, Strided<const T> b, Strided<std::type_identity_t<T>> c, Eigen::Index m,
              Eigen::Index n, Eigen::Index k, bool add) {
  using Eigen::Index;
  using S = Tiling<T>;
  alignas(GR_ALIGNMENT) T packed_b[S::depth * S::block_columns];
  alignas(GR_ALIGNMENT) T packed_a[S::depth * S::block_rows];
  const auto width_of = [](Index columns) { return (columns + S::lanes - 1) / S::lanes * S::lanes; };
  const Index cuts = (k + S::depth - 1) / S::depth;
  for (Index j0 = 0; j0 < n; j0 += S::block_columns) {
    const Index j1 = std::min(n, j0 + S::block_columns);
    for (Index cut = 0; cut < cuts; ++cut) {  // of the inner axis, into equal parts
      const Index k0 = k * cut / cuts, depth = k * (cut + 1) / cuts - k0;
      for (Index j = j0; j < j1; j += S::columns) {
        const Index columns = std::min<Index>(S::columns, j1 - j);
        pack_sliver(b.from(k0, j), depth, columns, width_of(columns), packed_b + (j - j0) * depth);
      }
      for (Index i0 = 0; i0 < m; i0 += S::block_rows) {
        const Index i1 = std::min(m, i0 + S::block_rows);
        const bool packed = a.column_stride != 1;
        if (packed) pack_transposed(a.from(i0, k0), i1 - i0, depth, packed_a);
        multiply_rows<T>(a.from(i0, k0), packed ? packed_a : nullptr, packed_b, c.from(i0, j0), i1 - i0,
                         j1 - j0, depth, add || cut > 0);
      }
    }
  }
}

}  // namespace graph_runner::detail
